#include "domain/registry.h"
const struct domain chat_domain = {.name = "chat"};
