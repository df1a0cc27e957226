import { createRouter, createWebHistory, START_LOCATION } from 'vue-router';
import LandingPage from './pages/LandingPage.vue';
import NotFoundPage from './pages/NotFoundPage.vue';
import { SETTINGS } from './settings/entries.ts';

/** Every page but the chat, which has no use for a router (main.ts). Pages without a title here say theirs themselves. */
export const router = createRouter({
  history: createWebHistory(),
  scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? false : { top: 0 }),
  routes: [
    { path: '/', component: LandingPage, meta: { title: 'Minicom' } },
    { path: '/help/:articleId?', name: 'help', component: () => import('./help/HelpPage.vue') },
    { path: '/inbox/:customerId?', name: 'inbox', component: () => import('./inbox/InboxPage.vue') },
    {
      path: '/settings',
      component: () => import('./settings/SettingsPage.vue'),
      redirect: `/settings/${SETTINGS[0]?.path}`,
      children: [
        ...SETTINGS.map(({ path, screen }) => ({ path, component: screen })),
        // Not below `articles/`: an article may be called anything.
        { path: 'new-article', name: 'new-article', component: () => import('./settings/ArticleEditor.vue'), meta: { entry: 'articles' } },
        { path: 'articles/:articleId', name: 'article', component: () => import('./settings/ArticleEditor.vue'), meta: { entry: 'articles' } },
      ],
    },
    { path: '/join', component: () => import('./inbox/JoinPage.vue'), meta: { title: 'Join' } },
    { path: '/:rest(.*)*', component: NotFoundPage, meta: { title: 'Not found' } },
  ],
});

router.afterEach(({ meta: { title } }) => { if (typeof title === 'string') document.title = title; });

// An upgrade takes away the files that an open page would load its other pages from: the whole page, loaded anew, names those that are there now.
router.onError((_, to, from) => { if (from !== START_LOCATION && navigator.onLine) location.assign(to.fullPath); });
