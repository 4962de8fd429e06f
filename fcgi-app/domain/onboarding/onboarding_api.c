#include "domain/registry.h"
const struct domain onboarding_domain = {.name = "onboarding"};
