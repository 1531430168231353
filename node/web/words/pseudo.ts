// A language for tests: every letter with an accent and 40 % more of them, so that a text which is
// cut off, or which nobody took out of the code, is seen at once. Placeholders stay as they are.
const accents: Record<string, string> = {
    a: 'à',
    b: 'ƀ',
    c: 'ç',
    d: 'ð',
    e: 'é',
    f: 'ƒ',
    g: 'ĝ',
    h: 'ĥ',
    i: 'î',
    j: 'ĵ',
    k: 'ķ',
    l: 'ļ',
    m: 'ɱ',
    n: 'ñ',
    o: 'ö',
    p: 'þ',
    q: 'ǫ',
    r: 'ŕ',
    s: 'š',
    t: 'ţ',
    u: 'û',
    v: 'ṽ',
    w: 'ŵ',
    x: 'ẋ',
    y: 'ý',
    z: 'ž',
};

/** Lengthens what stands outside of braces; inside, only the texts of the arms of a plural. */
function lengthened(text: string): string {
    let depth = 0;
    let out = '';
    for (const letter of text) {
        if (letter === '{') depth += 1;
        if (letter === '}') depth -= 1;
        const is_words = depth % 2 === 0;
        out += is_words ? (accents[letter] ?? letter) : letter;
    }
    const letters = text.replace(/\{.*\}/s, '').length;
    return out + '·'.repeat(Math.ceil(letters * 0.4));
}

export function pseudo(messages: Record<string, string>): Record<string, string> {
    return Object.fromEntries(
        Object.entries(messages).map(([key, text]) => [key, `[${lengthened(text)}]`]),
    );
}
