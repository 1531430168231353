// A record's text in its parts. The node says where the words of each section begin and end in
// bytes of UTF-8; here they become strings. Pure.
import type { ShownRecord } from '../api/client';

type Text = Pick<ShownRecord, 'text' | 'sections'>;

export interface Part {
    /** The field that the heading stands for; empty: a heading of the author's own. */
    code: string;
    heading: string;
    /** What stands under the heading. */
    words: string;
    /** The heading and what stands under it, as written. */
    whole: string;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** 1 to 6: how deep a heading stands; an underlined one is 1 or 2. */
function depth(heading: string): number {
    const marks = /^#{1,6}/.exec(heading);
    return marks ? marks[0].length : /\n=+\s*$/.test(heading) ? 1 : 2;
}

/** The sections in their order. A heading of the author's own below a known one belongs to it. */
export function parts_of(record: Text): Part[] {
    const bytes = encoder.encode(record.text ?? '');
    const out: (Part & { depth: number })[] = [];
    for (const section of record.sections ?? []) {
        const words = decoder.decode(bytes.subarray(section.begin, section.end));
        const whole = `${section.heading}\n${words}`;
        const last = out.at(-1);
        const own = depth(section.heading);
        if (!section.code && last?.code && own > last.depth) {
            last.words += `\n${whole}`;
            last.whole += `\n${whole}`;
        } else {
            out.push({ code: section.code, heading: section.heading, words, whole, depth: own });
        }
    }
    return out.map(({ code, heading, words, whole }) => ({ code, heading, words, whole }));
}

/** What stands before the first heading; all of it where there is none. */
export function before_parts(record: Text): string {
    const text = record.text ?? '';
    const first = record.sections?.[0];
    if (!first) return text;
    const prefix = decoder.decode(encoder.encode(text).subarray(0, first.begin));
    const at = prefix.lastIndexOf(first.heading);
    return at < 0 ? prefix : prefix.slice(0, at);
}

/** The heading without its marks. */
export function plain_heading(heading: string): string {
    return heading
        .replace(/^#+\s*|\s*#*\s*$/g, '')
        .replace(/\n[=-]+\s*$/, '')
        .trim();
}
