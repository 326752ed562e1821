/* The editor of the desk: line errors while typing, words to choose from, how people would see it. Without this file the
   text area and the buttons do the same. Written for Chromium 78: nothing newer than ES2018. */
(function () {
  'use strict';
  [].forEach.call(document.querySelectorAll('details[data-at-once]'), function (one) { one.open = true; }); // is fetched then
  var form = document.querySelector('[data-edit]');
  if (!form || !window.CodeMirror || !window.fetch) return;
  var area = form.querySelector('[data-text]');
  var faults = form.querySelector('[data-faults]');
  var faces = form.querySelector('[data-faces]');
  var region = form.querySelector('[data-region]');
  var path = form.getAttribute('data-path');
  var C = window.CodeMirror;
  var WAIT = 500, WAIT_TO_SEE = 700; // milliseconds after the last key
  var known = { keys: {}, values: {} };
  var leaving = false, kept = false, before = area.value.replace(/\r\n/g, '\n'), pressed = null;
  var shelf = ['daoban-edit', form.getAttribute('data-who'), path].join(' ');
  var version = form.elements.version.value + ' ' + form.elements.base.value;

  /* ---- what was not saved when the screen was locked, or the page left ---- */
  function unsaved() {
    try {
      var found = JSON.parse(window.sessionStorage.getItem(shelf) || 'null');
      window.sessionStorage.removeItem(shelf);
      return found && found.version === version && found.text !== before ? found.text : null;
    } catch (error) { // a browser that keeps nothing
      return null;
    }
  }

  window.addEventListener('pagehide', function () {
    if (kept || text() === before) return;
    try {
      window.sessionStorage.setItem(shelf, JSON.stringify({ version: version, text: text() }));
    } catch (error) { /* no room: the draft is the place to keep it */ }
  });

  function sent(to, more) {
    var told = new URLSearchParams();
    told.append('path', path);
    told.append('text', text());
    Object.keys(more || {}).forEach(function (key) { told.append(key, more[key]); });
    return fetch(to, {
      method: 'POST', body: told, credentials: 'same-origin',
      headers: { 'X-Requested-With': 'staff', 'X-CSRF-Token': form.querySelector('[name=csrf]').value }
    }).then(function (answer) {
      if (!answer.ok) throw new Error(String(answer.status));
      return answer;
    });
  }

  /* ---- what is wrong ---- */
  function place(doc, found) {
    var line = doc.line(Math.max(1, Math.min(doc.lines, found.line)));
    var from = Math.min(line.to, line.from + Math.max(0, found.column - 1));
    return { from: from, to: Math.max(from, line.to), severity: found.level, message: found.message };
  }

  function tell(found, more, words) {
    while (faults.firstChild) faults.removeChild(faults.firstChild);
    if (!found.length && !words) return;
    if (!found.length) {
      var fine = document.createElement('p');
      fine.className = 'fine';
      fine.textContent = words;
      faults.appendChild(fine);
      return;
    }
    var list = document.createElement('ul');
    found.forEach(function (one) {
      var item = document.createElement('li');
      var go = document.createElement('button');
      item.className = one.level;
      go.type = 'button';
      go.textContent = '第 ' + one.line + ' 行';
      go.addEventListener('click', function () {
        var at = place(view.state.doc, one);
        view.dispatch({ selection: { anchor: at.from }, effects: C.EditorView.scrollIntoView(at.from, { y: 'center' }) });
        view.focus();
      });
      item.appendChild(go);
      item.appendChild(document.createTextNode(' ' + one.message));
      list.appendChild(item);
    });
    if (more) {
      var rest = document.createElement('li');
      rest.textContent = '还有 ' + more + ' 处，先改上面的。';
      list.appendChild(rest);
    }
    faults.appendChild(list);
  }

  function wrong(whole) {
    return sent('/editors/check', whole ? { whole: 'true' } : {}).then(function (answer) { return answer.json(); });
  }

  function lint(view) {
    var doc = view.state.doc;
    return wrong(false).then(function (answer) {
      if (doc !== view.state.doc) return [];
      if (answer.findings.length || faults.querySelector('li')) tell(answer.findings, answer.more, '');
      return answer.findings.map(function (one) { return place(doc, one); });
    }).catch(function () { return []; }); // no network: saving says so
  }

  /* ---- words to choose from ---- */
  function above(doc, number, indent) { // the key that the line at this depth belongs to
    for (var at = number - 1; at > 0; at--) {
      var line = doc.line(at).text;
      if (!line.trim() || /^\s*#/.test(line)) continue;
      var depth = /^[ -]*/.exec(line)[0].length;
      var key = /^[ -]*([^\s:#'"{[]+):/.exec(line);
      if (key && depth < indent) return key[1];
      if (key && depth === indent && /^\s*$/.test(line.slice(key[0].length)) && indent === 0) return key[1];
    }
    return '';
  }

  function complete(context) {
    var doc = context.state.doc;
    var line = doc.lineAt(context.pos);
    var typed = line.text.slice(0, context.pos - line.from);
    var value = /([^\s{[,:#]+): *(?:\[(?:[^\]]*, *)?)?([^\s,\]}[{]*)$/.exec(typed);
    var options = null, from = context.pos;
    if (value && known.values[value[1]]) {
      options = known.values[value[1]];
      from = context.pos - value[2].length;
    } else {
      var key = /(?:^ *(?:- *)?|[{,] *)([^\s{,:\[\]]*)$/.exec(typed);
      if (!key) return null;
      from = context.pos - key[1].length;
      var indent = /^[ -]*/.exec(typed)[0].length;
      var opened = typed.lastIndexOf('{') > typed.lastIndexOf('}');
      var within = opened && /([^\s{,:]+): *\{[^{}]*$/.exec(typed);
      var parent = within ? within[1] : above(doc, line.number, opened ? Math.max(1, indent) : indent);
      if (indent === 0 && !opened) parent = '';
      options = known.keys[parent];
      if (options) {
        options = options.map(function (one) { return { label: one.label, detail: one.detail, apply: one.label + ': ' }; });
      }
      var item = /^ *- *[^{]*$/.test(typed) && known.values[parent];
      if (!options && item) options = known.values[parent];
    }
    if (!options || (!context.explicit && from === context.pos)) return null;
    return { from: from, options: options, filter: true };
  }

  /* ---- how people would see it ---- */
  var soon = null, round = 0;

  function see() {
    if (!region) return;
    var mine = ++round;
    sent('/editors/card', { region: region.value }).then(function (answer) { return answer.text(); }).then(function (html) {
      if (mine !== round) return;
      var face = faces.querySelector('input:checked');
      var chosen = face ? face.id : 'face-web';
      var at = faces.parentNode.scrollTop;
      faces.innerHTML = html; // made by the server's templates, everything that was typed is escaped there
      var again = document.getElementById(chosen);
      if (again) again.checked = true;
      faces.parentNode.scrollTop = at;
    }).catch(function () { /* no network: saving says so */ });
  }

  function seeSoon() {
    clearTimeout(soon);
    soon = setTimeout(see, WAIT_TO_SEE);
  }

  if (region) region.addEventListener('change', see);

  /* ---- the editor ---- */
  var phrases = {
    'Find': '找', 'Replace': '换成', 'next': '下一个', 'previous': '上一个', 'all': '全部', 'match case': '分大小写',
    'by word': '整个词', 'regexp': '正则', 'replace': '换', 'replace all': '全换', 'close': '关', 'Go to line': '到第几行',
    'go': '去', 'Diagnostics': '要改的', 'No diagnostics': '没有要改的', 'Completions': '可以写的', 'Fold line': '折起',
    'Unfold line': '展开', 'folded code': '折起的', 'unfold': '展开', 'Control character': '控制字符'
  };
  var again = unsaved();
  var view = new C.EditorView({
    doc: again === null ? before : again,
    extensions: [
      C.basicSetup,
      C.yaml(),
      C.EditorState.phrases.of(phrases),
      C.EditorState.tabSize.of(2),
      C.EditorView.lineWrapping,
      C.EditorView.cspNonce.of(form.getAttribute('data-nonce')),
      C.EditorView.contentAttributes.of({ 'aria-label': area.labels[0].textContent, tabindex: '0' }),
      C.keymap.of([C.indentWithTab]),
      C.autocompletion({ override: [complete] }),
      C.linter(lint, { delay: WAIT }),
      C.lintGutter(),
      C.EditorView.updateListener.of(function (update) { if (update.docChanged) seeSoon(); })
    ]
  });
  function text() { return view.state.doc.toString(); }
  area.parentNode.insertBefore(view.dom, area);
  area.hidden = true;
  area.labels[0].hidden = true;
  if (again !== null) {
    tell([], 0, '上次没存的，接着写。');
    seeSoon();
  }
  fetch('/editors/words?path=' + encodeURIComponent(path), { credentials: 'same-origin', headers: { 'X-Requested-With': 'staff' } })
    .then(function (answer) { return answer.json(); })
    .then(function (words) { if (words.keys) known = words; })
    .catch(function () { /* no words to choose from: the editor works without */ });

  /* ---- keeping ---- */
  form.addEventListener('click', function (event) {
    pressed = event.target.closest('button') || pressed;
    if (!event.target.closest('[data-check]')) return;
    event.preventDefault();
    var button = event.target.closest('[data-check]');
    button.disabled = true;
    tell([], 0, '正在和别的文件一起查……');
    wrong(true).then(function (answer) {
      tell(answer.findings, answer.more, '检查过了，没有错。');
      view.dispatch(C.setDiagnostics(view.state, answer.findings.map(function (one) { return place(view.state.doc, one); })));
    }).catch(function () {
      tell([{ line: 1, column: 1, level: 'error', message: '没查成，网断了或者登录过期了。写的还在，请再试一次。' }], 0, '');
    }).then(function () { button.disabled = false; });
  });
  form.addEventListener('submit', function () {
    area.value = text();
    var aside = pressed && pressed.hasAttribute('data-aside'); // opens beside this page: this one stays at work
    leaving = kept = !aside;
    if (aside) setTimeout(function () { form.removeAttribute('data-sent'); }, 0);
  });
  document.addEventListener('submit', function (event) { if (event.target !== form) leaving = true; });
  window.addEventListener('pageshow', function () { leaving = kept = false; });
  window.addEventListener('beforeunload', function (event) {
    if (leaving || text() === before) return;
    event.preventDefault();
    event.returnValue = '';
  });
  document.addEventListener('keydown', function (event) {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key === 's') {
      event.preventDefault();
      form.querySelector('[data-save]').click();
    }
  });
})();
