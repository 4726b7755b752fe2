// The calls of node:fs that the engine's log and the signer's files use, on simulated disks: /sim/<node>/… is a path on that node's disk.
import { dirname } from 'node:path';
import { type SimDisk, SimFile } from './disk.ts';
import type { SimProcess, VirtualTime } from './virtual-time.ts';

export const SIM_ROOT = '/sim/';
/** Far above what the system gives out. */
const FIRST_FD = 1 << 28;

interface Open {
  readonly disk: SimDisk;
  readonly process: SimProcess;
  readonly path: string;
  /** undefined: a folder. */
  readonly file: SimFile | undefined;
  readonly append: boolean;
}

export interface FileTable {
  owns(fd: number): boolean;
  readonly calls: Readonly<Record<string, unknown>>;
}

function systemError(code: string, syscall: string, path: string): Error {
  return Object.assign(new Error(`${code}: simulated, ${syscall} '${path}'`), { code, syscall, path });
}

/** `syncMicros`: how long a sync takes. */
export function simFiles(time: VirtualTime, diskOf: (node: string) => SimDisk, syncMicros: (disk: SimDisk) => number): FileTable {
  const open = new Map<number, Open>();
  let next = FIRST_FD;
  const disk = (path: string): SimDisk => diskOf(path.slice(SIM_ROOT.length).split('/', 1)[0] ?? '');
  const get = (fd: number, syscall: string): Open => {
    const o = open.get(fd);
    if (o === undefined) throw systemError('EBADF', syscall, String(fd));
    return o;
  };
  const found = (path: string, syscall: string): SimFile => {
    const f = disk(path).files.get(path);
    if (f === undefined) throw systemError('ENOENT', syscall, path);
    return f;
  };
  /** False for a process that is dead, or dies here. */
  const change = (d: SimDisk, process: SimProcess, syscall: string, path: string): boolean => {
    if (!process.alive) return false;
    d.operation();
    if (!process.alive) return false;
    if (d.isFull && syscall === 'write') throw systemError('ENOSPC', syscall, path);
    return true;
  };
  const syncNow = (o: Open): void => {
    if (o.file === undefined) o.disk.syncNames();
    else o.disk.syncFile(o.file);
  };
  const calls = {
    existsSync: (path: string) => disk(path).files.has(path) || disk(path).folders.has(path),
    mkdirSync: (path: string) => {
      const { folders } = disk(path);
      if (folders.has(path)) return undefined;
      folders.add(path);
      return path;
    },
    readdirSync: (path: string) => [...disk(path).files.keys()].filter((f) => dirname(f) === path).map((f) => f.slice(path.length + 1)),
    readFileSync: (path: string, options?: unknown) => {
      const bytes = Buffer.from(found(path, 'open').content);
      return options === undefined ? bytes : bytes.toString('utf8');
    },
    statSync: (path: string) => ({ size: found(path, 'stat').length, isFile: () => true }),
    unlinkSync: (path: string) => {
      const d = disk(path);
      if (change(d, time.current, 'unlink', path)) d.rename((names) => void names.delete(path));
    },
    renameSync: (from: string, to: string) => {
      const d = disk(from);
      const file = found(from, 'rename');
      if (!change(d, time.current, 'rename', from)) return;
      d.rename((names) => {
        names.delete(from);
        names.set(to, file);
      });
    },
    openSync: (path: string, flags: string) => {
      const d = disk(path);
      const isFolder = d.folders.has(path);
      let file = isFolder ? undefined : d.files.get(path);
      if (!isFolder && file === undefined) {
        if (flags.startsWith('r')) throw systemError('ENOENT', 'open', path);
        const made = new SimFile();
        file = made;
        if (change(d, time.current, 'open', path)) d.rename((names) => void names.set(path, made));
      } else if (flags.startsWith('w') && change(d, time.current, 'open', path)) {
        file?.truncate(0);
      }
      open.set(next, { disk: d, process: time.current, path, file, append: flags.startsWith('a') });
      return next++;
    },
    closeSync: (fd: number) => {
      get(fd, 'close');
      open.delete(fd);
    },
    writeSync: (fd: number, data: Uint8Array, offset = 0, length = data.length - offset, position?: number) => {
      const o = get(fd, 'write');
      if (o.file === undefined) throw systemError('EISDIR', 'write', o.path);
      if (!change(o.disk, o.process, 'write', o.path)) return length;
      o.file.write(data.subarray(offset, offset + length), o.append ? o.file.length : (position ?? o.file.length));
      return length;
    },
    ftruncateSync: (fd: number, length: number) => {
      const o = get(fd, 'ftruncate');
      if (change(o.disk, o.process, 'ftruncate', o.path)) o.file?.truncate(length);
    },
    fsyncSync: (fd: number) => {
      const o = get(fd, 'fsync');
      if (change(o.disk, o.process, 'fsync', o.path)) syncNow(o);
    },
    fdatasync: (fd: number, done: (e: Error | null) => void) => {
      const o = get(fd, 'fdatasync');
      const { process, file } = o;
      const to = file?.length ?? 0;
      time.after(syncMicros(o.disk), process, () => {
        if (!change(o.disk, process, 'fdatasync', o.path)) return;
        if (o.disk.isFull) {
          done(systemError('ENOSPC', 'fdatasync', o.path));
          return;
        }
        if (file !== undefined) o.disk.syncFile(file, to);
        done(null);
      });
    },
  };
  return { owns: (fd) => fd >= FIRST_FD, calls };
}
