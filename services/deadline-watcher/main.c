/* deadline-watcher: says when a moment has come. See watcher.h. */
#include "watcher.h"

int main(int argc, char **argv)
{
    static const struct service_descriptor descriptor = {
        .name = "deadline-watcher",
        .summary = "wakes each task when its next moment has come and every door has let it pass",
        .settings = watcher_settings,
        .inputs = watcher_inputs,
        .metrics = watcher_metrics,
        .configure = watcher_configure,
        .prepare = watcher_prepare,
        .start = watcher_start,
        .stop = watcher_stop,
        .release = watcher_release,
        .next_timer = watcher_next_timer,
        .on_timer = watcher_on_timer,
        .on_metrics = watcher_on_metrics,
    };
    return service_main(&descriptor, argc, argv);
}
