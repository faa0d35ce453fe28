// Stands in for @vscode/native-watchdog, which would have to be compiled: the tests end their processes by themselves.

exports.start = () => {};
