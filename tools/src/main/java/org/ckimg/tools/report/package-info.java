/**
 * One HTML file of an image: the documents of other commands, a few bytes for each piece of memory,
 * and a page that shows them without asking anybody.
 */
package org.ckimg.tools.report;
