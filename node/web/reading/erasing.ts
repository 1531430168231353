// How far this school may order that a record of another one goes, by what its node says of the
// schools of a network: alone, as the one that was named, or with a second coordinator.
import type { Schemas } from '../api/client';

export interface GoneFrom {
    network: Schemas['SchoolName'];
    may_erase: NonNullable<Schemas['SchoolStanding']['may_erase']>;
    /** Who else coordinates there: one of these has to order as well. */
    coordinators: Schemas['SchoolStanding'][];
}

/** None: the owner takes part there still, or this school has no say. */
export function gone_from(
    network: Schemas['SchoolName'],
    schools: Schemas['SchoolStanding'][],
    owner: string,
    own: string | undefined,
): GoneFrom | undefined {
    const may_erase = schools.find((each) => each.id === owner)?.may_erase;
    if (!may_erase || owner === own) return undefined;
    const coordinators = schools.filter(
        (each) => each.id !== own && each.state === 'member' && each.role === 'coordinator',
    );
    return { network: { id: network.id, name: network.name }, may_erase, coordinators };
}
