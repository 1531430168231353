// The words around a place that was found, with the words that were asked for marked. The node
// counts in code points, a browser's strings in UTF-16. Pure.
export interface Snippet {
    text: string;
    is_hit: boolean;
}

export function marked(snippet: string, marks: number[][]): Snippet[] {
    const letters = Array.from(snippet);
    const out: Snippet[] = [];
    let at = 0;
    const put = (end: number, is_hit: boolean) => {
        if (end > at) out.push({ text: letters.slice(at, end).join(''), is_hit });
        at = Math.max(at, end);
    };
    for (const [begin = 0, end = 0] of marks) {
        put(begin, false);
        put(end, true);
    }
    put(letters.length, false);
    return out;
}
