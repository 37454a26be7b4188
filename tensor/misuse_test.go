package tensor_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

// misuse runs f, which must panic with an error of type E whose sentence holds want.
func misuse[E tensor.Misuse](t *testing.T, want string, f func()) {
	t.Helper()
	defer func() {
		t.Helper()
		v := recover()
		err, ok := v.(error)
		var e E
		if !ok || !errors.As(err, &e) {
			t.Errorf("panicked with %v; a %T is wanted", v, e)
			return
		}
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error is %q; it should say %q", err, want)
		}
	}()
	f()
}
