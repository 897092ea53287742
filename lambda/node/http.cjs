// Stands for `node:http` in the bundle: imported as an ES module it reads each of its exports, and for that of `WebSocket` Node loads all of undici.
module.exports = process.getBuiltinModule('node:http')
