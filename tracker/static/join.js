/* The link of an invitation carries its secret after a #, which is never sent. It is taken out of
   the address bar and the history, and goes on in the form, whose body no log keeps. */
(() => {
  const form = document.querySelector('[data-join]')
  const secret = location.hash.slice(1)
  if (!form || !secret || !/^[\w-]{20,100}$/.test(secret)) return
  history.replaceState(null, '', location.pathname)
  form.elements.link.value = secret
  form.submit()
})()
