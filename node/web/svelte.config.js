// `fragments: 'tree'` builds elements by DOM calls: the Content-Security-Policy of the node lets
// no markup text become elements except through the one policy of reading/markup.ts.
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

export default { preprocess: vitePreprocess(), compilerOptions: { fragments: 'tree' } };
