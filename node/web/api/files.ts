// Brings a file to the node, which knows it by the hash of its content: BLAKE2b over a tree of
// pieces of 64 KiB, as the specification says in [R6] and [L2]. Loaded when the first file comes.
import { blake2b } from '@noble/hashes/blake2';
import { csrf_token, note_status } from './client';
import { Problem, unreachable } from './problem';

const piece_bytes = 65_536;
const call_bytes = 1 << 20;
const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';

function hash(parts: Uint8Array[], personalization?: Uint8Array): Uint8Array {
    const hasher = blake2b.create({ dkLen: 32, ...(personalization ? { personalization } : {}) });
    for (const part of parts) hasher.update(part);
    return hasher.digest();
}

/** Of a complete or a ragged tree: the left subtree is the largest power of two below the size. */
export function tree_root(leaves: Uint8Array[]): Uint8Array {
    if (leaves.length === 0) return hash([]);
    if (leaves.length === 1) return leaves[0]!;
    let left = 1;
    while (left * 2 < leaves.length) left *= 2;
    const [a, b] = [tree_root(leaves.slice(0, left)), tree_root(leaves.slice(left))];
    return hash([Uint8Array.of(1), a, b]);
}

export function base32(bytes: Uint8Array): string {
    let out = '';
    let bits = 0;
    let value = 0;
    for (const byte of bytes) {
        value = ((value << 8) | byte) & 0xffff;
        bits += 8;
        while (bits >= 5) {
            out += alphabet[(value >> (bits - 5)) & 31];
            bits -= 5;
        }
    }
    return bits > 0 ? out + alphabet[(value << (5 - bits)) & 31] : out;
}

export function content_hash(content: Uint8Array): string {
    const leaves: Uint8Array[] = [];
    for (let at = 0; at < content.length; at += piece_bytes)
        leaves.push(hash([Uint8Array.of(0), content.subarray(at, at + piece_bytes)]));
    const label = new Uint8Array(16);
    label.set(new TextEncoder().encode('sr.attachment.1'));
    const size = new Uint8Array(8);
    new DataView(size.buffer).setBigUint64(0, BigInt(content.length));
    return base32(hash([size, tree_root(leaves)], label));
}

/** Sends what the node does not have yet; a file that came before costs one call. */
export async function bring_file(content: Uint8Array): Promise<string> {
    const name = content_hash(content);
    let held = 0;
    do {
        const end = Math.min(held + call_bytes, content.length);
        const query = `offset=${held}&size=${content.length}`;
        let response: Response;
        try {
            response = await fetch(`/api/v1/files/${name}?${query}`, {
                method: 'POST',
                credentials: 'same-origin',
                headers: {
                    'Content-Type': 'application/octet-stream',
                    'Staffroom-CSRF': csrf_token(),
                },
                body: content.slice(held, end),
            });
        } catch {
            throw unreachable();
        }
        note_status(response.status);
        if (!response.ok) throw await Problem.of(response);
        const state = (await response.json()) as { held: number; here: boolean };
        if (state.here) break;
        held = Math.max(state.held, held + 1);
    } while (held < content.length);
    return name;
}
