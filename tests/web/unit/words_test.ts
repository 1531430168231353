import { IntlMessageFormat } from 'intl-messageformat';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ar from '../../../node/web/words/ar.json';
import cy from '../../../node/web/words/cy.json';
import en from '../../../node/web/words/en.json';
import { pseudo } from '../../../node/web/words/pseudo';

type Messages = Record<string, string>;
const languages: Record<string, Messages> = { en, cy, ar };
const web = join(__dirname, '../../../node/web');
// The pages that the node writes itself have the same words.
const plain = join(__dirname, '../../../node/http/plain');

function placeholders(text: string): string[] {
    const names = new Set<string>();
    const walk = (parts: unknown[]) => {
        for (const part of parts as {
            type: number;
            value?: string;
            options?: Record<string, { value: unknown[] }>;
        }[]) {
            if (part.type >= 1 && part.type <= 6) names.add(part.value ?? '');
            for (const arm of Object.values(part.options ?? {})) walk(arm.value);
        }
    };
    walk(new IntlMessageFormat(text, 'en', undefined, { ignoreTag: true }).getAst());
    return [...names].sort();
}

function sources(folder: string): string[] {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
        if (['node_modules', 'dist'].includes(entry.name)) return [];
        const place = join(folder, entry.name);
        if (entry.isDirectory()) return sources(place);
        return /\.(ts|svelte|cpp)$/.test(entry.name) ? [readFileSync(place, 'utf8')] : [];
    });
}

for (const [code, messages] of Object.entries(languages))
    test(`words: ${code} says all that English says, with the same values in it`, () => {
        const lacking = Object.keys(en).filter((key) => !(key in messages));
        expect(lacking).toEqual([]);
        for (const [key, text] of Object.entries(messages))
            if (key in en)
                expect([key, placeholders(text)]).toEqual([
                    key,
                    placeholders((en as Messages)[key]!),
                ]);
    });

test('words: Welsh and Arabic ask the same questions', () => {
    const prompts = (messages: Messages) =>
        Object.keys(messages).filter((key) => key.startsWith('prompt.'));
    expect(prompts(cy).sort()).toEqual(prompts(ar).sort());
    expect(prompts(ar).length).toBeGreaterThan(50);
});

test('words: every message that the code asks for exists, and every plain one is asked for', () => {
    // A key in C++ stands in quotation marks of the other form.
    const made_by_node = sources(plain).join('\n').replaceAll('"', "'");
    const code = sources(web).join('\n') + made_by_node;
    const asked = [...code.matchAll(/\bt\(\s*'([a-z][\w.-]*\w)'/g)].map((match) => match[1]!);
    expect(asked.filter((key) => !(key in en))).toEqual([]);
    const families = [
        'word',
        'field',
        'kind',
        'prompt',
        'relation',
        'reach',
        'read',
        'write',
        'body',
        'state',
        'role',
        'choose',
        'form.go',
        'form.about',
        'form.part',
        'library.part',
        'nav',
        'theme',
        'neighbour',
        'link.state',
        'node.verdict',
        'node.level',
        'level',
        'problem',
        'saved',
        'scope',
        'compare',
        'person',
        'home',
        'charter.would',
        'setting',
    ];
    const composed = new RegExp(`^(${families.join('|').replaceAll('.', '\\.')})\\.`);
    const facets = /^library\.(phase|subject|focus)$/;
    const unused = Object.keys(en).filter(
        (key) => !composed.test(key) && !facets.test(key) && !code.includes(`'${key}'`),
    );
    expect(unused).toEqual([]);
});

test('words: the language for tests is longer and keeps every value', () => {
    for (const [key, text] of Object.entries(pseudo(en)))
        expect([key, placeholders(text)]).toEqual([key, placeholders((en as Messages)[key]!)]);
    expect(pseudo({ a: 'Sign in' })['a']!.length).toBeGreaterThan(9);
});
