#include "domain/registry.h"
const struct domain matching_domain = {.name = "matching"};
