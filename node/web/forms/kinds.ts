// What the node says of each kind of record, fetched once: its fields, their words, what each
// reader is owed.
import { answer, api, type Schemas } from '../api/client';

export type Kind = Schemas['KindFacts'];
export type Field = Schemas['FieldFacts'];
export type Requirement = Schemas['FieldRequirement'];
export type Kinds = Schemas['Kinds'];

export const reaches = ['draft', 'school', 'circle', 'network', 'linked', 'public'] as const;
export type Reach = (typeof reaches)[number];

let known: Promise<Kinds> | undefined;

export function all_kinds(): Promise<Kinds> {
    known ??= answer(api.GET('/api/v1/kinds')).catch((problem: unknown) => {
        known = undefined;
        throw problem;
    });
    return known;
}

export async function kind_called(name: string): Promise<Kind> {
    const found = (await all_kinds()).kinds.find((kind) => kind.kind === name);
    if (!found) throw new Error(`no kind ${name}`);
    return found;
}

export function words_of(kinds: Kinds, vocabulary: string): string[] {
    const found = kinds.vocabularies.find((each) => each.name === vocabulary);
    return found ? found.words.map((each) => each.word) : [];
}

/** As wide as, or wider than. */
export function reaches_to(reach: Reach, from: string): boolean {
    return reaches.indexOf(reach) >= reaches.indexOf(from as Reach);
}
