/** Returns the English locale with the date order, the separators, and the clock of a locale. */
export function englishLocale(systemLocale: string): string {
  const { language, region } = new Intl.Locale(systemLocale).maximize();
  if (language === "en") return systemLocale;
  const locale = `en-${region}`;
  // A region without English formats gets the international ones; otherwise it would get American ones.
  const isKnown = new Intl.DateTimeFormat(locale).resolvedOptions().locale === locale;
  const { hourCycle } = new Intl.DateTimeFormat(systemLocale, { hour: "numeric" }).resolvedOptions();
  return `${isKnown ? locale : "en-001"}-u-hc-${hourCycle}`;
}

/** The default locale of all formats: the window is in English, so words in its formats must be too. */
export const LOCALE = englishLocale(new Intl.DateTimeFormat().resolvedOptions().locale);

// Creating an Intl format costs more than a row of a table; each is created once.

export const dateTimeFormat = cached(
  (locale: string, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, options),
);

export const numberFormat = cached(
  (locale: string, options: Intl.NumberFormatOptions) => new Intl.NumberFormat(locale, options),
);

export const relativeTimeFormat = cached(
  (locale: string, options: Intl.RelativeTimeFormatOptions) => new Intl.RelativeTimeFormat(locale, options),
);

function cached<Options, Format>(create: (locale: string, options: Options) => Format) {
  const formats = new Map<string, Format>();
  return (locale: string, options: Options): Format => {
    const name = JSON.stringify([locale, options]);
    const known = formats.get(name);
    if (known) return known;
    const format = create(locale, options);
    formats.set(name, format);
    return format;
  };
}
