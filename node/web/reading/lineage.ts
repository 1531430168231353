// Where the records of a lineage stand in its picture. Sideways a record stands by its steps from
// the first one, so that time reads along the line; d3-force finds places along the other axis
// where nothing covers anything. It runs to its end before anything is drawn: nothing moves.
import type { Schemas } from '../api/client';

export interface Place {
    id: string;
    x: number;
    y: number;
}

export interface Step {
    id: string;
    level: number;
}

export const level_width = 240;
export const box_height = 82;

/** The level of each record: one more than what it builds on. Cut edges and rings end at 30. */
export function levels(lineage: Schemas['Lineage']): Map<string, number> {
    const level = new Map(lineage.nodes.map((node) => [node.id, 0]));
    for (let round = 0; round < 30; round += 1) {
        let is_settled = true;
        for (const edge of lineage.edges) {
            const [from, to] = [level.get(edge.from), level.get(edge.to)];
            if (from === undefined || to === undefined) continue;
            const wanted = to + 1;
            if (from < wanted && wanted < 30) {
                level.set(edge.from, wanted);
                is_settled = false;
            }
        }
        if (is_settled) break;
    }
    return level;
}

export async function places(lineage: Schemas['Lineage']): Promise<Place[]> {
    const { forceCollide, forceLink, forceSimulation, forceX, forceY } = await import('d3-force');
    const level = levels(lineage);
    const nodes = lineage.nodes.map((node, at) => ({
        id: node.id,
        x: (level.get(node.id) ?? 0) * level_width,
        y: (at - lineage.nodes.length / 2) * box_height,
    }));
    const links = lineage.edges
        .filter((edge) => level.has(edge.from) && level.has(edge.to))
        .map((edge) => ({ source: edge.from, target: edge.to }));
    const home = new Map(nodes.map((node) => [node.id, node.x]));
    const simulation = forceSimulation(nodes)
        .force('x', forceX<(typeof nodes)[number]>((node) => home.get(node.id) ?? 0).strength(1))
        .force('y', forceY(0).strength(0.08))
        .force(
            'link',
            forceLink<(typeof nodes)[number], (typeof links)[number]>(links)
                .id((node) => node.id)
                .distance(level_width)
                .strength(0.1),
        )
        .force('apart', forceCollide(box_height * 0.6))
        .stop();
    simulation.tick(Math.min(300, 60 + nodes.length));
    return apart(nodes.map((node) => ({ id: node.id, x: home.get(node.id) ?? 0, y: node.y })));
}

/** Within a level the order that was found is kept, and each box gets a place of its own. */
export function apart(found: Place[]): Place[] {
    const columns = new Map<number, Place[]>();
    for (const place of found) columns.set(place.x, [...(columns.get(place.x) ?? []), place]);
    const out: Place[] = [];
    for (const column of columns.values()) {
        const sorted = [...column].sort((a, b) => a.y - b.y);
        const middle = (sorted.length - 1) / 2;
        sorted.forEach((place, at) =>
            out.push({ ...place, y: Math.round((at - middle) * box_height) }),
        );
    }
    return out;
}
