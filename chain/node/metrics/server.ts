// GET /metrics for Prometheus, on an address of its own (cmt:node/node.go startPrometheusServer).
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Startable } from '../lifecycle.ts';

export interface MetricsServerOptions {
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  /** Connections at one time; 0: any number. */
  readonly maxOpenConnections: number;
  readonly text: () => string;
}

export interface MetricsServer extends Startable {
  /** The bound port, after `start`. */
  readonly port: number;
}

const REQUEST_MS = 10_000;

export function createMetricsServer({ host, port, maxOpenConnections, text }: MetricsServerOptions): MetricsServer {
  const server = createServer({ requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS }, (request, response) => {
    const isScrape = (request.method === 'GET' || request.method === 'HEAD') && request.url?.split('?', 1)[0] === '/metrics';
    if (!isScrape) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('metrics are at /metrics\n');
      return;
    }
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text());
  });
  if (maxOpenConnections > 0) server.maxConnections = maxOpenConnections;
  let bound = port;
  return {
    get port() {
      return bound;
    },
    start: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () => {
          server.removeListener('error', reject);
          bound = (server.address() as AddressInfo).port;
          resolve();
        });
      }),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
