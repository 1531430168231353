// The address of a page as data, and back. A record's address may name a revision: /record/ID@2
// shows that text for ever. Pure but for `go` and `follow`.
export type Route =
    | {
          page:
              | 'home'
              | 'library'
              | 'people'
              | 'networks'
              | 'node'
              | 'calls'
              | 'me'
              | 'setup'
              | 'drafts';
      }
    | { page: 'welcome'; token: string }
    | { page: 'record'; id: string }
    | { page: 'compare'; id: string }
    | { page: 'join'; id: string }
    | { page: 'retract'; id: string }
    | { page: 'erase'; id: string }
    | { page: 'revise'; id: string }
    | { page: 'write'; kind: string }
    | { page: 'choose' }
    | { page: 'network'; id: string }
    | { page: 'invite'; id: string }
    | { page: 'erasures'; id: string }
    | { page: 'charter'; id: string }
    | { page: 'link'; id: string }
    | { page: 'end-link'; id: string }
    | { page: 'offer' }
    | { page: 'accept' }
    | { page: 'standing'; id: string; school: string }
    | { page: 'nowhere'; path: string };

const plain = ['library', 'people', 'networks', 'node', 'calls', 'me', 'setup', 'drafts'] as const;
const of_record = ['compare', 'join', 'retract', 'erase', 'revise'] as const;
const of_network = ['invite', 'erasures', 'charter'] as const;

function decoded(text: string): string {
    try {
        return decodeURIComponent(text);
    } catch {
        return text;
    }
}

export function parse_route(path: string, hash = ''): Route {
    const welcome = /^#\/welcome\/(.+)$/.exec(hash);
    if (welcome) return { page: 'welcome', token: decoded(welcome[1]!) };
    const [first = '', second = '', third = '', fourth = ''] = path
        .split('/')
        .filter(Boolean)
        .map(decoded);
    if (!first) return { page: 'home' };
    if (second === '') {
        const found = plain.find((each) => each === first);
        if (found) return { page: found };
        if (first === 'write') return { page: 'choose' };
    }
    if (first === 'record' && second) {
        const part = of_record.find((each) => each === third);
        if (part) return { page: part, id: second };
        if (!third) return { page: 'record', id: second };
    }
    if (first === 'write' && second) return { page: 'write', kind: second };
    if (first === 'links' && (second === 'offer' || second === 'accept') && !third)
        return { page: second };
    if (first === 'link' && second && (!third || third === 'end'))
        return { page: third ? 'end-link' : 'link', id: second };
    if (first === 'network' && second && third === 'school' && fourth)
        return { page: 'standing', id: second, school: fourth };
    if (first === 'network' && second) {
        const part = of_network.find((each) => each === third);
        return { page: part ?? 'network', id: second };
    }
    return { page: 'nowhere', path };
}

export function record_path(id: string, number?: number): string {
    return `/record/${encodeURIComponent(number === undefined ? id : `${id}@${number}`)}`.replace(
        '%40',
        '@',
    );
}

/** Where the answer to a record is written. */
export function answer_path(kind: string, id: string, relation: string): string {
    return `/write/${kind}?${new URLSearchParams({ about: id, relation }).toString()}`;
}
