// Stands before a real node and serves the built page as the node will: same headers, same cookie
// rules. Reads and writes go to the node's own socket; the accounts of the contract live here in
// memory. It exists for nodes that have no accounts of their own: where GET /api/v1/session is
// known to the node, journeys talk to the node directly.
//
// Usage: node gateway.mjs DIST SOCKET [PORT]; prints `ready http://127.0.0.1:PORT`.
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { extname, join, normalize } from 'node:path';

const [dist, socket, port = '0'] = process.argv.slice(2);
export const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' blob: data:",
    "connect-src 'self'",
    "font-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types staffroom',
].join('; ');
const types = {
    '.html': 'text/html; charset=utf-8',
    '.js': 'text/javascript',
    '.css': 'text/css',
    '.svg': 'image/svg+xml',
    '.woff2': 'font/woff2',
    '.woff': 'font/woff',
};
const people = [
    { id: 'p-lead', name: 'Mair Hughes', role: 'lead', password: 'a sentence to sign in' },
    { id: 'p-teacher', name: 'Amal Idris', role: 'teacher', password: 'a sentence to sign in' },
    {
        id: 'p-technician',
        name: 'Jo Tanner',
        role: 'technician',
        password: 'a sentence to sign in',
    },
];
const sessions = new Map();
const texts = new Map();
const links = new Map();
const tokens = [];
let setup = process.env.GATEWAY_SETUP === '1' ? 'code' : 'done';
let school = { id: '', name: '' };

function answer(response, status, body, headers = {}) {
    const is_problem = status >= 400;
    const type = is_problem ? 'application/problem+json' : 'application/json';
    response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store', ...headers });
    response.end(body === undefined ? '' : JSON.stringify(body));
}
function refuse(response, status, code) {
    answer(response, status, { status, code, detail: code, next: '', title: code, exit: 1 });
}
function read(incoming) {
    return new Promise((resolve) => {
        const parts = [];
        incoming.on('data', (part) => parts.push(part));
        incoming.on('end', () => resolve(Buffer.concat(parts)));
    });
}
function ask_node(path) {
    return new Promise((resolve, reject) => {
        request({ socketPath: socket, path }, async (reply) => {
            resolve(JSON.parse((await read(reply)).toString()));
        })
            .on('error', reject)
            .end();
    });
}
function session_of(incoming) {
    const found = /staffroom=([a-z0-9]+)/.exec(incoming.headers.cookie ?? '');
    return found && sessions.get(found[1]);
}
function begin(response, person) {
    const id = randomBytes(16).toString('hex');
    const session = { person, csrf: randomBytes(16).toString('hex') };
    sessions.set(id, session);
    answer(response, 200, shown(session), {
        'Set-Cookie': `staffroom=${id}; HttpOnly; SameSite=Strict; Path=/`,
    });
}
function shown({ person, csrf }) {
    const { id, name, role } = person;
    return {
        person: { id, name, role },
        school,
        csrf,
        expires: new Date(Date.now() + 43_200_000).toISOString(),
    };
}
const public_person = ({ id, name, role }) => ({ id, name, role });

const accounts = {
    'GET /setup': (_, response) => answer(response, 200, { needed: setup !== 'done', step: setup }),
    'POST /setup/session': ({ body }, response) => {
        if (body.code !== 'SETUP-CODE') return refuse(response, 403, 'setup.code');
        setup = 'school';
        return answer(response, 200, {});
    },
    'POST /setup/school': ({ body }, response) => {
        school = { ...school, name: body.name };
        answer(response, 200, {
            phrase: Array.from(
                { length: 24 },
                (_, at) => ['rural', 'cabin', 'embark', 'prevent', 'fix', 'slight'][at % 6],
            ).join(' '),
            check: [2, 9, 24],
        });
    },
    'POST /setup/phrase': ({ body }, response) => {
        if (body.words['2'] !== 'cabin') return refuse(response, 422, 'setup.phrase');
        setup = 'accounts';
        return answer(response, 200, {});
    },
    'POST /setup/accounts': ({ body }, response) => {
        people.push({ id: `p-${people.length}`, ...body });
        setup = 'done';
        answer(response, 201, {});
    },
    'POST /session': ({ body }, response) => {
        const person = people.find((each) => each.name === body.name);
        if (!person || person.password !== body.password)
            return refuse(response, 401, 'session.wrong');
        return begin(response, person);
    },
    'POST /session/link': ({ body }, response) => {
        const person = links.get(body.token);
        if (!person) return refuse(response, 410, 'session.link-spent');
        links.delete(body.token);
        person.password = body.password;
        return begin(response, person);
    },
    'GET /session': ({ session }, response) => answer(response, 200, shown(session)),
    'DELETE /session': (_, response) => {
        sessions.clear();
        answer(response, 204);
    },
    'DELETE /sessions': (_, response) => {
        sessions.clear();
        answer(response, 204);
    },
    'GET /people': (_, response) => answer(response, 200, { people: people.map(public_person) }),
    'POST /people': ({ body }, response) => {
        const person = { id: `p-${people.length}`, password: '', ...body };
        people.push(person);
        const link = randomBytes(12).toString('hex');
        links.set(link, person);
        answer(response, 201, { person: public_person(person), link: `/#/welcome/${link}` });
    },
    'GET /tokens': (_, response) => answer(response, 200, { tokens }),
    'POST /tokens': ({ body }, response) => {
        tokens.push({ id: `t-${tokens.length}`, ...body });
        answer(response, 201, { token: randomBytes(16).toString('hex') });
    },
    'GET /me/texts': ({ session }, response) =>
        answer(response, 200, {
            texts: [...texts]
                .filter(([key]) => key.startsWith(`${session.person.id} `))
                .map(([key, kept]) => ({
                    slot: key.split(' ')[1],
                    bytes: kept.text.length,
                    changed: kept.changed,
                })),
        }),
};
const open = new Set([
    'GET /setup',
    'POST /setup/session',
    'POST /setup/school',
    'POST /setup/phrase',
    'POST /setup/accounts',
    'POST /session',
    'POST /session/link',
]);

function own_text(incoming, slot, session, body, response) {
    const key = `${session.person.id} ${decodeURIComponent(slot)}`;
    const kept = texts.get(key);
    if (incoming.method === 'DELETE') {
        texts.delete(key);
        return answer(response, 204);
    }
    if (incoming.method === 'GET')
        return kept
            ? answer(response, 200, { slot, text: kept.text, etag: kept.etag })
            : refuse(response, 404, 'id.not-found');
    if (body.base && kept && kept.etag !== body.base) return refuse(response, 412, 'text.changed');
    const etag = randomBytes(8).toString('hex');
    texts.set(key, { text: body.text, etag, changed: new Date().toISOString() });
    return answer(response, 200, { slot, etag });
}

function forward(incoming, body, response) {
    const headers = { ...incoming.headers };
    delete headers.cookie;
    delete headers['staffroom-csrf'];
    const passed = request(
        { socketPath: socket, method: incoming.method, path: incoming.url, headers },
        (reply) => {
            response.writeHead(reply.statusCode, reply.headers);
            reply.pipe(response);
            response.on('close', () => reply.destroy());
        },
    );
    passed.on('error', () => refuse(response, 502, 'http.502'));
    passed.end(body);
}

function serve_file(path, incoming, response) {
    const place = join(dist, normalize(path));
    const is_asset = extname(path) !== '' && existsSync(place);
    const file = is_asset ? place : join(dist, 'index.html');
    const takes_brotli = /\bbr\b/.test(incoming.headers['accept-encoding'] ?? '');
    const is_packed = takes_brotli && existsSync(`${file}.br`);
    response.writeHead(200, {
        'Content-Type': types[extname(file)] ?? 'application/octet-stream',
        'Content-Security-Policy': policy,
        'X-Content-Type-Options': 'nosniff',
        'Cache-Control': is_asset ? 'public, max-age=31536000, immutable' : 'no-store',
        ...(is_packed ? { 'Content-Encoding': 'br' } : {}),
    });
    response.end(readFileSync(is_packed ? `${file}.br` : file));
}

async function handle(incoming, response) {
    const url = new URL(incoming.url, 'http://node');
    if (!url.pathname.startsWith('/api/')) return serve_file(url.pathname, incoming, response);
    const raw = await read(incoming);
    const route = `${incoming.method} ${url.pathname.replace('/api/v1', '')}`;
    const session = session_of(incoming);
    const is_change = incoming.method !== 'GET' && incoming.method !== 'HEAD';
    if (!open.has(route)) {
        if (!session) return refuse(response, 401, 'request.token');
        if (is_change && incoming.headers['staffroom-csrf'] !== session.csrf)
            return refuse(response, 403, 'request.csrf');
    }
    const is_json = (incoming.headers['content-type'] ?? '').startsWith('application/json');
    const body = is_json && raw.length > 0 ? JSON.parse(raw.toString()) : {};
    const slot = /^\/api\/v1\/me\/texts\/(.+)$/.exec(url.pathname);
    if (slot) return own_text(incoming, slot[1], session, body, response);
    const person = /^\/api\/v1\/people\/([^/]+)\/(\w+)$/.exec(url.pathname);
    if (person) {
        const found = people.find((each) => each.id === person[1]);
        if (person[2] === 'role') found.role = body.role;
        if (person[2] === 'reset') {
            const link = randomBytes(12).toString('hex');
            links.set(link, found);
            return answer(response, 200, { link: `/#/welcome/${link}` });
        }
        if (person[2] === 'leave') people.splice(people.indexOf(found), 1);
        return answer(response, 204);
    }
    const own = accounts[route];
    if (own) return own({ body, session }, response);
    return forward(incoming, raw, response);
}

school = (await ask_node('/api/v1/status')).school;
const server = createServer((incoming, response) => {
    handle(incoming, response).catch((error) => {
        console.error(error);
        if (!response.headersSent) refuse(response, 500, 'gateway');
    });
});
server.listen(Number(port), '127.0.0.1', () => {
    console.log(`ready http://127.0.0.1:${server.address().port}`);
});
