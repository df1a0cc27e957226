import './styles/tokens.css';
import './styles/base.css';
import { createApp } from 'vue';

/** The chat is its own chunk, without a router: a customer downloads neither that nor the agents' code. */
if (/^\/chat(\/[^/]+)?\/?$/.test(location.pathname)) {
  const { default: ChatPage } = await import('./chat/ChatPage.vue');
  createApp(ChatPage).mount('#app');
} else {
  const { router } = await import('./router.ts');
  const { RouterView } = await import('vue-router');
  createApp(RouterView).use(router).mount('#app');
}
