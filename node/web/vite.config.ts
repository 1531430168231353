// Builds the page into dist/ (or $STAFFROOM_WEB_OUT), with a brotli and a gzip copy beside each
// asset, because a school's node compresses nothing while it serves. `vite` alone serves it for
// development and passes /api on to a running node: STAFFROOM_SOCKET names its DIR/api.sock.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

const out = process.env.STAFFROOM_WEB_OUT ?? 'dist';
const socket = process.env.STAFFROOM_SOCKET;
const packed = /\.(html|js|css|svg|json)$/;

function compressed(): Plugin {
    return {
        name: 'compressed-copies',
        apply: 'build',
        async closeBundle() {
            for (const entry of await readdir(out, { recursive: true, withFileTypes: true })) {
                if (!entry.isFile() || !packed.test(entry.name)) continue;
                const place = join(entry.parentPath ?? entry.path, entry.name);
                const bytes = await readFile(place);
                const params = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
                await writeFile(`${place}.br`, brotliCompressSync(bytes, { params }));
                await writeFile(`${place}.gz`, gzipSync(bytes, { level: 9 }));
            }
        },
    };
}

export default defineConfig({
    plugins: [svelte(), compressed()],
    build: {
        outDir: out,
        emptyOutDir: true,
        target: ['chrome87', 'firefox85', 'safari14'],
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
    },
    server: {
        fs: { allow: ['../..'] }, // the tests stand beside the project's others
        ...(socket ? { proxy: { '/api': { target: { socketPath: socket } as never } } } : {}),
    },
    test: {
        include: ['tests/web/unit/*_test.ts'],
        dir: '../..',
        globals: true,
        alias: {
            'intl-messageformat': new URL('node_modules/intl-messageformat', import.meta.url)
                .pathname,
            mammoth: new URL('node_modules/mammoth/lib/index.js', import.meta.url).pathname,
        },
    },
} as Parameters<typeof defineConfig>[0]);
