/** What the commands share: streams, options, exit codes, messages, progress. */
package org.ckimg.tools.cli;
