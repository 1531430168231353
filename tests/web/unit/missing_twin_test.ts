// The page tells what a record lacks while it is written; the node judges it when it is published.
// Both read the same tables, and here they are compared on random records at a real node.
import { request } from 'node:http';
import { join } from 'node:path';
import { existsSync } from 'node:fs';
import { empty_form, to_request, type Form } from '../../../node/web/forms/form';
import type { Kind, Kinds } from '../../../node/web/forms/kinds';
import { missing } from '../../../node/web/forms/missing';
import { bin, World } from '../school.mjs';

const absences = [
    'required_missing',
    'title_missing',
    'title_length',
    'target_missing',
    'text_missing',
];
const rounds = 40;
const has_node = existsSync(join(bin, 'staffroomd'));

function ask<Data>(socketPath: string, method: string, path: string, body?: unknown) {
    return new Promise<Data>((resolve, reject) => {
        const headers = { 'Content-Type': 'application/json' };
        const sent = request({ socketPath, method, path, headers }, (reply) => {
            let text = '';
            reply.on('data', (part) => (text += part));
            reply.on('end', () => resolve(JSON.parse(text) as Data));
        });
        sent.on('error', reject);
        sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
}

test.skipIf(!has_node)(
    'missing: page and node find the same number of gaps in random records',
    async () => {
        const world = new World();
        try {
            const school = await world.school('Hill School');
            const socket = join(school.data, 'api.sock');
            const network = JSON.parse(
                await school.say('--json', 'network', 'create', 'Valley', '--focus', 'writing'),
            ) as { id: string };
            const target = await ask<{ id: string }>(socket, 'POST', '/api/v1/records', {
                file: '---\nkind: call\ntype: offer\n---\nA call to be about.\n',
                path: 'a.md',
            });
            const kinds = await ask<Kinds>(socket, 'GET', '/api/v1/kinds');
            let seed = 11;
            const random = (below: number) =>
                (seed = (seed * 1103515245 + 12345) % 2147483648) % below;
            const form_of = (kind: Kind): Form => {
                const form = empty_form(kind.kind, random(4) ? 'A. Author' : '', 'en-GB');
                form.reach = (['draft', 'school', 'network'] as const)[random(3)]!;
                if (form.reach === 'network') form.network = network.id;
                form.title = 'A title that will do'; // Else the file's name would be one.
                if (random(3)) form.summary = 'In short.';
                if (random(3)) form.licence = 'CC-BY-4.0';
                if (random(3)) form.text = 'Some words.';
                for (const field of kind.fields) {
                    if (field.forms.length === 0 || random(2)) continue;
                    if (field.name === 'joint-with') continue;
                    const words = kinds.vocabularies.find((each) => each.name === field.vocabulary);
                    const word = words?.words[random(words.words.length)]?.word;
                    const given = { number: '7', date: '2026-01-31', word, text: '', section: '' };
                    form.values[field.name] = [given[field.shape] || 'Why is it so?'];
                }
                if (random(2) && kind.targets[0])
                    form.about = [
                        { id: target.id, relation: kind.targets[0], title: '', school: '' },
                    ];
                return form;
            };
            for (const kind of kinds.kinds)
                for (let round = 0; round < rounds; round += 1) {
                    const form = form_of(kind);
                    const own = missing(form, kind).map((gap) => gap.any_of.join(' or '));
                    const answer = await ask<{
                        problems?: { code: string; field: string }[];
                        code?: string;
                        detail?: string;
                    }>(socket, 'POST', '/api/v1/records', to_request(form, kind, true));
                    const node = (answer.problems ?? [])
                        .filter((each) => absences.includes(each.code.replaceAll('-', '_')))
                        .map((each) => each.field)
                        // Evidence of strength 4 rests on what other schools wrote.
                        .filter((field) => !field.startsWith('adoptions by'));
                    expect({
                        kind: kind.kind,
                        reach: form.reach,
                        own: own.length,
                        all: [own, node],
                    }).toEqual({
                        kind: kind.kind,
                        reach: form.reach,
                        own: node.length,
                        all: [own, node],
                    });
                }
        } finally {
            await world.end();
        }
    },
    120_000,
);
