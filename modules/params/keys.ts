export const MODULE_NAME = 'params';
