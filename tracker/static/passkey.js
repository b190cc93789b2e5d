/* Forms that make a passkey (data-passkey="create") or sign in with one ("get"): the options come
   from the form's address, the phone answers them, and the answer is sent with the form. */
(() => {
  const supported = window.webauthnJSON && window.webauthnJSON.supported()

  async function answer (form) {
    const reply = await fetch(form.action, { headers: { Accept: 'application/json' } })
    if (!reply.ok || reply.redirected) throw new Error('no options')
    const data = await reply.json()
    return window.webauthnJSON[form.dataset.passkey](data.request_options || data)
  }

  for (const form of document.querySelectorAll('form[data-passkey]')) {
    const none = document.querySelector('[data-passkey-none]')
    if (!supported) continue
    form.hidden = false
    if (none) none.hidden = true
    const button = form.querySelector('button')
    button.addEventListener('click', async () => {
      const error = form.querySelector('[data-passkey-error]')
      error.textContent = ''
      button.disabled = true
      try {
        form.elements.credential.value = JSON.stringify(await answer(form))
        form.submit()
      } catch {
        error.textContent = form.dataset.failed
        button.disabled = false
      }
    })
  }
})()
