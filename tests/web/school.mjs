// A school for the tests: a real node in a folder of its own, which serves the page, and the
// command line to look at what came of it.
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const project = fileURLToPath(new URL('../..', import.meta.url));
export const bin = process.env.STAFFROOM_BIN_DIR ?? join(project, 'build', 'bin');
const ready_ms = 20_000;
export const password = 'a sentence to sign in';
const people = [
    ['Mair Hughes', 'lead'],
    ['Amal Idris', 'teacher'],
    ['Jo Tanner', 'technician'],
];

/** The rest of the first line that begins with `word`. */
function line_of(process_, word, what) {
    return new Promise((resolve, reject) => {
        let told = '';
        const timer = setTimeout(
            () => reject(new Error(`${what} is not ready: ${told}`)),
            ready_ms,
        );
        const look = (part) => {
            told += part;
            const found = new RegExp(`^${word} (.*)$`, 'm').exec(told);
            if (!found) return;
            clearTimeout(timer);
            resolve(found[1]);
        };
        process_.stdout.on('data', look);
        process_.stderr.on('data', (part) => (told += part));
        process_.on('exit', (code) => reject(new Error(`${what} ended with ${code}: ${told}`)));
    });
}

export class School {
    environment = {};
    /** `more` goes to `init`, such as an address that a gateway tells. */
    static async open(name, root, listen = '127.0.0.1:0', more = []) {
        const school = new School();
        school.name = name;
        school.data = join(root, name.toLowerCase().replaceAll(' ', '-'));
        await run(join(bin, 'staffroom'), [
            '--data',
            school.data,
            'init',
            '--school',
            name,
            '--listen',
            listen,
            '--web',
            '127.0.0.1:0',
            '--phrase-out',
            `${school.data}.phrase`,
            ...more,
        ]);
        await school.start();
        await school.admit();
        return school;
    }
    async start() {
        const env = { ...process.env, ...this.environment };
        this.node = spawn(join(bin, 'staffroomd'), ['--data', this.data], { stdio: 'pipe', env });
        const ready = await line_of(this.node, 'ready', this.name);
        this.listen = /listen=(\S+)/.exec(ready)[1];
        this.address = `http://${/web=(\S+)/.exec(ready)[1]}`;
        this.secure_address = `https://${/https=(\S+)/.exec(ready)?.[1]}`;
        this.node.stdout.resume();
    }
    /** The people of the tests, each by a one-time link. */
    async admit() {
        for (const [name, role] of people) {
            const { link } = await this.ask('users', 'add', name, '--role', role);
            const token = link.split('/').pop();
            const answer = await fetch(`${this.address}/api/v1/session/link`, {
                method: 'POST',
                headers: { 'Content-Type': 'application/json' },
                body: JSON.stringify({ token, password }),
            });
            if (!answer.ok) throw new Error(`${name}: ${await answer.text()}`);
        }
    }
    /** What the command line says, as JSON. */
    async ask(...words) {
        const { stdout } = await run(join(bin, 'staffroom'), [
            '--data',
            this.data,
            '--json',
            ...words,
        ]);
        return JSON.parse(stdout);
    }
    /** The same where each line is a document. */
    async lines(...words) {
        const { stdout } = await run(join(bin, 'staffroom'), [
            '--data',
            this.data,
            '--json',
            ...words,
        ]);
        return stdout
            .split('\n')
            .filter(Boolean)
            .map((line) => JSON.parse(line));
    }
    async say(...words) {
        return (await run(join(bin, 'staffroom'), ['--data', this.data, ...words])).stdout;
    }
    async end() {
        if (!this.node || this.node.exitCode !== null) return;
        this.node.kill('SIGTERM');
        await new Promise((resolve) => this.node.on('exit', resolve));
    }
}

/** A port on which nobody listens now. */
export function free_port() {
    return new Promise((resolve) => {
        const server = createServer().listen(0, '127.0.0.1', () => {
            const { port } = server.address();
            server.close(() => resolve(port));
        });
    });
}

export class World {
    root = mkdtempSync(join(tmpdir(), 'staffroom-web-'));
    schools = [];
    async school(name, listen, more) {
        const school = await School.open(name, this.root, listen, more);
        this.schools.push(school);
        return school;
    }
    /** One that tells its address and its place, so that it carries for the network that it
        coordinates. */
    async gateway(name, place) {
        const listen = `127.0.0.1:${await free_port()}`;
        return this.school(name, listen, ['--address', listen, '--place', place]);
    }
    /** Both networks agree, by the command line of a coordinator of each. */
    async link(a, network, b, other, ...terms) {
        const { code } = await a.ask('link', 'invite', network, ...terms);
        const { id } = await b.ask('link', 'accept', code, a.listen, '--network', other, '--yes');
        return id;
    }
    /** Both in one network, by the command line. */
    async join(a, b, network) {
        await a.say('network', 'create', network, '--focus', 'writing');
        await this.bring(a, b, network);
    }
    /** One more into a network of `a`. */
    async bring(a, b, network) {
        const { code } = await a.ask('network', 'invite', network);
        await b.say('network', 'join', code, a.listen);
    }
    async end() {
        await Promise.all(this.schools.map((school) => school.end()));
        rmSync(this.root, { recursive: true, force: true });
    }
}

export const read = (path) => readFileSync(path);
