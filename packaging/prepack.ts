// `npm pack` and `npm publish` begin with this: Node strips no types inside node_modules, so the package holds JavaScript and declarations of
// the same files, in the same folders, below dist/. Nothing of it is kept in the repository.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');

rmSync(dist, { recursive: true, force: true });
execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.package.json'], { cwd: root, stdio: 'inherit' });
// What the program reads beside its own files.
mkdirSync(join(dist, 'proto/descriptors'), { recursive: true });
cpSync(join(root, 'proto/descriptors'), join(dist, 'proto/descriptors'), { recursive: true });
cpSync(join(root, 'package.json'), join(dist, 'package.json'));
