// The logic under test imports no @jupyterlab package, so no browser and no mocks are needed.
module.exports = {
  preset: 'ts-jest',
  testEnvironment: 'node',
  testRegex: 'src/__tests__/.*\\.spec\\.tsx?$',
  transform: {
    '^.+\\.tsx?$': [
      'ts-jest',
      { tsconfig: { module: 'commonjs', jsx: 'react', esModuleInterop: true, isolatedModules: true } }
    ]
  }
};
