/** V8's setting of how many frames an error records; a host without it ignores the property. */
export const stackTrace: { stackTraceLimit?: number | undefined } = Error as unknown as { stackTraceLimit?: number | undefined };
