// What happens at the node, as it happens: one stream for all tabs of a browser, since it opens
// about six connections to a host and no more. One tab holds the lock and listens, and tells the
// others; where the page is not a secure one there are no locks, and each tab listens alone.
import type { Schemas } from './client';

export type NodeEvent =
    | {
          type: 'record.arrived' | 'record.published' | 'record.revised' | 'record.retracted';
          data: Schemas['RecordEvent'];
      }
    | { type: 'membership.changed'; data: Schemas['MembershipEvent'] }
    | { type: 'neighbour.changed'; data: Schemas['NeighbourEvent'] }
    | { type: 'index.progress'; data: Schemas['IndexEvent'] }
    | { type: 'gap'; data: unknown };

type Hear = (event: NodeEvent) => void;

const types = [
    'record.arrived',
    'record.published',
    'record.revised',
    'record.retracted',
    'membership.changed',
    'neighbour.changed',
    'index.progress',
    'gap',
];
const hearers = new Set<Hear>();
let channel: BroadcastChannel | undefined;
let source: EventSource | undefined;
let release: (() => void) | undefined;

function tell(event: NodeEvent): void {
    for (const hear of hearers) hear(event);
}

function listen(): void {
    source = new EventSource('/api/v1/events');
    for (const type of types)
        source.addEventListener(type, (message) => {
            const event = { type, data: JSON.parse((message as MessageEvent<string>).data) };
            tell(event as NodeEvent);
            channel?.postMessage(event);
        });
}

/** Begins to listen; calling it twice is calling it once. */
export function start_events(): void {
    if (source || channel) return;
    if (typeof BroadcastChannel === 'undefined' || !navigator.locks) {
        listen();
        return;
    }
    channel = new BroadcastChannel('staffroom-events');
    channel.onmessage = (message) => tell(message.data as NodeEvent);
    void navigator.locks.request('staffroom-events', () => {
        if (!channel) return undefined;
        listen();
        return new Promise<void>((resolve) => {
            release = resolve;
        });
    });
}

export function stop_events(): void {
    source?.close();
    channel?.close();
    release?.();
    source = channel = release = undefined;
}

/** Gives the way to stop hearing. */
export function on_event(hear: Hear): () => void {
    hearers.add(hear);
    return () => hearers.delete(hear);
}
