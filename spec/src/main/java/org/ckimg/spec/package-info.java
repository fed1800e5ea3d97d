/** Constants, rules and errors of the image format; FORMAT.md is normative. */
package org.ckimg.spec;
