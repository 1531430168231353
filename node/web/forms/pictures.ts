// Pictures as they leave the author's browser: at most 1600 pixels wide or high, and without the
// place and the camera that a phone writes into them, because only the pixels go on.
const side_max = 1600;
const quality = 0.85;

export interface Shrunk {
    bytes: Uint8Array;
    type: string;
    name: string;
}

export function is_picture(file: File): boolean {
    return /^image\/(png|jpeg|webp|gif|bmp|avif)$/.test(file.type);
}

/** The size at which a picture fits: never larger than it is. */
export function fitting(width: number, height: number): { width: number; height: number } {
    const scale = Math.min(1, side_max / Math.max(width, height, 1));
    return {
        width: Math.max(1, Math.round(width * scale)),
        height: Math.max(1, Math.round(height * scale)),
    };
}

/** A name that a Markdown text can carry: letters, digits and hyphens, and an ending. */
export function plain_name(name: string, ending: string): string {
    const stem = name
        .replace(/\.[^.]*$/, '')
        .normalize('NFKD')
        .replace(/[^\p{L}\p{N}]+/gu, '-')
        .replace(/^-+|-+$/g, '')
        .toLowerCase();
    return `${stem.slice(0, 60) || 'picture'}.${ending}`;
}

function blob_of(canvas: HTMLCanvasElement, type: string): Promise<Blob | null> {
    return new Promise((resolve) => canvas.toBlob(resolve, type, quality));
}

export async function shrink(file: File): Promise<Shrunk> {
    const image = await createImageBitmap(file, { imageOrientation: 'from-image' });
    const { width, height } = fitting(image.width, image.height);
    const canvas = document.createElement('canvas');
    canvas.width = width;
    canvas.height = height;
    const context = canvas.getContext('2d');
    if (!context) throw new Error('no canvas');
    context.imageSmoothingQuality = 'high';
    context.drawImage(image, 0, 0, width, height);
    image.close();
    let blob = await blob_of(canvas, 'image/webp');
    // A browser that cannot write WebP writes PNG instead, which is large for a photograph.
    if (blob?.type !== 'image/webp') blob = await blob_of(canvas, 'image/jpeg');
    if (!blob) throw new Error('no picture');
    const ending = blob.type === 'image/webp' ? 'webp' : 'jpg';
    return {
        bytes: new Uint8Array(await blob.arrayBuffer()),
        type: blob.type,
        name: plain_name(file.name, ending),
    };
}
