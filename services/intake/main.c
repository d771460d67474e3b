/* intake: the door of duban. See intake.h. */
#include "intake.h"
#include "service/topic_check.h"

int main(int argc, char **argv)
{
    static const struct service_descriptor descriptor = {
        .name = "intake",
        .summary = "takes what departments and persons send, and tells them what became of it",
        .settings = intake_settings,
        .inputs = intake_inputs,
        .routes = intake_routes,
        .metrics = intake_metrics,
        .prepare = topic_check,
        .start = intake_start,
        .stop = intake_stop,
        .release = intake_release,
        .on_clock = intake_on_clock,
        .in_flight = intake_in_flight,
        .not_ready = intake_not_ready,
        .on_metrics = intake_on_metrics,
    };
    return service_main(&descriptor, argc, argv);
}
