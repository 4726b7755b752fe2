// What a door answers to one HTTP request, and its bytes where node:http does not write them.
import { STATUS_CODES } from 'node:http';

export interface Reply {
  readonly status: number;
  readonly text: string;
  /** Content-Type; empty: none. */
  readonly type: string;
  /** Further header lines. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** The connection ends with it. */
  readonly close?: boolean | undefined;
}

let dateSecond = -1;
let date = '';

/** The Date header's value, made anew once a second. */
function dateOf(second: number): string {
  if (second !== dateSecond) {
    dateSecond = second;
    date = new Date(second * 1000).toUTCString();
  }
  return date;
}

/** Status line, header lines and body, with an encoding that gives the right bytes. */
export function replyText(reply: Reply, keepAliveSeconds: number, nowMs: number): { readonly text: string; readonly encoding: 'latin1' | 'utf8' } {
  const { status, text, type } = reply;
  const second = Math.floor(nowMs / 1000);
  const bytes = Buffer.byteLength(text);
  let head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nX-Server-Time: ${second}\r\n`;
  if (type !== '') head += `Content-Type: ${type}\r\n`;
  if (reply.headers !== undefined) for (const [name, value] of Object.entries(reply.headers)) head += `${name}: ${value}\r\n`;
  head += `Content-Length: ${bytes}\r\nDate: ${dateOf(second)}\r\n`;
  head += reply.close === true ? 'Connection: close\r\n\r\n' : `Connection: keep-alive\r\nKeep-Alive: timeout=${keepAliveSeconds}\r\n\r\n`;
  return { text: head + text, encoding: bytes === text.length ? 'latin1' : 'utf8' };
}
