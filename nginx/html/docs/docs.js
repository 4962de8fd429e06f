/* Shows the API's own document; logging in above authorises every call made below. */
const ui = SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#api',
  deepLinking: true,
  docExpansion: 'none',
  filter: true,
  tagsSorter: 'alpha',
  validatorUrl: null,
  persistAuthorization: false,
});

const form = document.getElementById('login');
const who = document.getElementById('who');

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  who.textContent = '…';
  try {
    const res = await fetch('/api/v1/auth/login', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(Object.fromEntries(new FormData(form))),
    });
    const body = await res.json();
    if (!res.ok) throw new Error(body.message);
    ui.preauthorizeApiKey('bearer', body.accessToken);
    who.textContent = body.user.name;
  } catch (error) {
    who.textContent = error.message;
  }
});
