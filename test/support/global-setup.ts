/** The suite runs on the Node that the project brings along; a silent fallback to another would test something else. */
export default function setup() {
  const major = Number(process.versions.node.split('.')[0])
  if (major < 24)
    throw new Error(
      `These tests need Node 24, and this is ${process.version}. npm ci brings Node 24 for Linux and Windows on x64 and for Linux on arm64; elsewhere install it.`,
    )
}
