/* admission_registry.h: ApplyRegistry at the HTTP door: the registry comes as a JSON document and goes on as the
 * canonical bytes that will stand in duban.registry. Pure; part of admission.c's order. */
#ifndef DUBAN_INTAKE_ADMISSION_REGISTRY_H
#define DUBAN_INTAKE_ADMISSION_REGISTRY_H

#include "admission.h"

struct admission_bootstrap {
    const char *secret; /* of the settings; "": none */
    bool stepped;
};

/* Fills the body {base_version, bootstrap_secret, content}. `previous` is the registry in force; NULL: version 1, which
 * needs the bootstrap secret. False: ret_admission says why. */
MUST_CHECK bool admission_read_registry(const struct cloud_event *event, const struct registry *previous,
                                        const struct admission_bootstrap *bootstrap, struct arena *arena,
                                        struct admission *ret_admission);

#endif
