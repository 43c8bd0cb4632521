/**
 * What a wrong address shows.
 */

import { translate, translator } from '../shared/i18n.js';

const t = translator({
  en: {
    title: 'There is no such page',
    hint: 'The address may be mistyped, or the race is no longer here.',
    races: 'All races',
  },
  ja: {
    title: 'ページが見つかりません',
    hint: 'アドレスが間違っているか、この大会の公開は終わっています。',
    races: '大会の一覧へ',
  },
});

translate(document, t);
document.title = `${t('title')} – tasuki`;
