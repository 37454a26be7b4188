// Package diag finds out why a network does not train. Its rules read what package probe
// measures and return findings: which layer is ill, since which step, by which measure,
// and what to try.
//
// One line in a user's own loop is enough,
//
//	defer diag.Watch(p, net, opt, diag.Options{Out: os.Stderr})()
//
// and a listener where the loop is train.Run's:
//
//	train.Config{..., Listeners: []train.Listener{train.Progress(os.Stderr), diag.Listener(diag.DefaultRules())}}
//
// A finding has a life. It is opened when a rule has seen the illness for long enough, it
// becomes worse when its severity rises or its value is a hundred times as bad as when it was
// last told, and it is gone when the rule has not seen it three times in a row; a rule
// keeps what is open open a little beyond the threshold, so that findings do not flap.
// Each of these is told once.
//
// Statistics come from every tenth step and from the first one; the loss and the norm of the
// gradient are looked at in every step. Each rule has a type whose fields are
// its thresholds; a field that is 0 means the default. docs/diagnostics.md has the table, how the thresholds
// were found and how often they were wrong.
//
// A user's own rule is anything with the two methods of [Rule].
package diag
