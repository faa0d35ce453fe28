// Stands in for @vscode/spdlog, which would have to be compiled: logs go nowhere.

const logger = () => new Proxy({}, { get: (_, name) => (name === "then" ? undefined : () => {}) });

exports.setFlushOn = () => {};
exports.setLevel = () => {};
exports.createRotatingLogger = async () => logger();
exports.createAsyncRotatingLogger = async () => logger();
