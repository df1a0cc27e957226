import { createRouter, createWebHistory } from 'vue-router';
import LandingPage from './pages/LandingPage.vue';
import NotFoundPage from './pages/NotFoundPage.vue';

/** Every page but the chat, which has no use for a router (main.ts). */
export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/', component: LandingPage, meta: { title: 'Minicom' } },
    { path: '/inbox/:customerId?', name: 'inbox', component: () => import('./inbox/InboxPage.vue'), meta: { title: 'Inbox' } },
    { path: '/join', component: () => import('./inbox/JoinPage.vue'), meta: { title: 'Join' } },
    { path: '/:rest(.*)*', component: NotFoundPage, meta: { title: 'Not found' } },
  ],
});

router.afterEach(({ meta }) => { document.title = String(meta['title']); });
