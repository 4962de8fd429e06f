#include "domain/study/study_shapes.h"

SHAPE_TABLE(study_gone, STUDY_GONE)
