// What two networks have agreed, as far as forms and lists have to decide by it. Pure.
import type { Schemas } from '../api/client';

export type Link = Schemas['Link'];

/** Whether what is published now may cross by it. */
export function takes_records(link: Pick<Link, 'state'>): boolean {
    return link.state === 'open' || link.state === 'review-due';
}

/** Why a record of this kind does not cross by a link; nothing where it does. */
export function why_not(link: Pick<Link, 'state' | 'ours'>, kind: string): string | undefined {
    if (!takes_records(link)) return link.state;
    return link.ours.kinds.includes(kind) ? undefined : 'kind';
}

/** The links of one network that have not ended, what an author may choose or hears why not; and
    those that a text names already, which can be left out again. */
export function links_of(links: Link[], network: string, named: string[] = []): Link[] {
    return links.filter(
        (link) =>
            link.network.id === network && (link.state !== 'ended' || named.includes(link.id)),
    );
}

/** The networks for which a school speaks to others. */
export function spoken_for<Network extends { schools: { id: string; coordinator: boolean }[] }>(
    networks: Network[],
    school: string | undefined,
): Network[] {
    return networks.filter((network) =>
        network.schools.some((each) => each.id === school && each.coordinator),
    );
}
