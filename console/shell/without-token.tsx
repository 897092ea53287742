/** What one sees who has not the address that was printed. */
export function WithoutToken({ reason }: { readonly reason?: string }) {
  return (
    <main class="without-token">
      <h1>camunda-sqs-bridge</h1>
      {reason === undefined ? (
        <p>
          This address lacks its token. Open the one which <code>camunda-sqs-bridge start</code> prints first, with all that is behind the
          number sign.
        </p>
      ) : (
        <p role="alert">{reason}</p>
      )}
    </main>
  )
}
