/* The look of the page, light and dark. */
#ifndef REPORT_STYLE_H
#define REPORT_STYLE_H

/* The style sheet. */
extern const char report_style[];

#endif
