// Stands for `node:process` in the bundle: imported as an ES module it reads each property of the process, and opens its standard input for that.
module.exports = process
