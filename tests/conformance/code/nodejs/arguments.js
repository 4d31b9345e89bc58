/** Shows what `init` and `start` were given. */
let seen;

exports.init = (args) => {
  seen = [...args.input];
  args.fromInit = 1;
  args.input.push('added');
};

exports.start = (args) => ({ args, initInput: seen });
