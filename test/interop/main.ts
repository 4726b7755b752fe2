// `npm run interop -- <peer>`: our chain judged by a real peer. Where a peer's program is missing, its file says so in one line.
import { dispatch } from '../dispatch.ts';

await dispatch('interop', new URL('.', import.meta.url), process.argv.slice(2));
// A stock client that was told to disconnect may still try to connect again; nothing is left to wait for.
process.exit();
