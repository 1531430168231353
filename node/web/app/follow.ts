// What is shown follows what happens at the node: a view looks again when an event may have changed
// it, and after a gap in the events.
import { on_event, type NodeEvent } from '../api/events';

/** A copy that arrives tells of each record; a view that asked as often would hold up the node. */
const quiet_ms = 400;

/** Calls `look` soon after an event of these types, however many come meanwhile. Gives the way to
    stop. */
export function follow(types: NodeEvent['type'][], look: () => void): () => void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = on_event((event) => {
        if (event.type !== 'gap' && !types.includes(event.type)) return;
        timer ??= setTimeout(() => {
            timer = undefined;
            look();
        }, quiet_ms);
    });
    return () => {
        stop();
        clearTimeout(timer);
    };
}
